.PHONY: help demo demo.down test check

help:
	@echo 'make demo        a real five-host cluster on this machine, proved with real jobs (root, Linux)'
	@echo 'make demo.down   take it down; nothing stays behind'
	@echo 'make test        every test, the lab ones included (root, Linux)'
	@echo 'make check       format, lint, types and unit tests: no root, no network'

demo:
	@scripts/prepare.sh all
	@bin/howdah lab demo

demo.down:
	@scripts/prepare.sh npm
	@bin/howdah lab down

test:
	@scripts/test.sh

check:
	@scripts/prepare.sh npm
	@npm run --silent check
