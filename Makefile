.PHONY: help demo demo.down test test.all test.e2e test.faults test.matrix check provision.emr terminate.emr users.update

help:
	@echo 'make demo            a real five-host cluster on this machine, proved with real jobs (root, Linux)'
	@echo 'make demo.down       take it down; nothing stays behind'
	@echo 'make test            the tests that every change must pass: static, unit, stacks, core of the lab (root, Linux)'
	@echo 'make test.all        every test: also the long ones, and every profile of versions'
	@echo 'make test.e2e        every part on real hosts (ONLY=users, or ONLY="users store": only these)'
	@echo 'make test.faults     kills, power cuts, full disks and lost networks during runs, with a table (root, Linux)'
	@echo 'make test.matrix     bootstraps and verifies every profile of versions on fresh hosts (PROFILES="seed legacy": only these)'
	@echo 'make provision.emr terminate.emr users.update'
	@echo '                     with EXTRA_VARS="@/tmp/cluster.yml", as edX'"'"'s analytics configuration had them (docs/emr.md)'
	@echo 'make check           format, lint, types and unit tests: no root, no network'

demo:
	@scripts/prepare.sh all
	@bin/howdah lab demo

demo.down:
	@scripts/prepare.sh npm
	@bin/howdah lab down

test:
	@scripts/prepare.sh test
	@node --import tsx scripts/test.ts core

test.all:
	@scripts/prepare.sh test
	@node --import tsx scripts/test.ts all

test.e2e:
	@scripts/prepare.sh test
	@node --import tsx scripts/test.ts e2e $(ONLY)

test.faults:
	@scripts/prepare.sh test
	@node --import tsx scripts/test.ts faults

test.matrix:
	@scripts/prepare.sh all
	@bin/howdah lab matrix $(if $(PROFILES),--profile $(PROFILES))

check:
	@scripts/prepare.sh npm
	@npm run --silent check

# EXTRA_VARS, VPC_ID, VPC_CIDR and AWS_KEYPAIR_NAME are read from the environment; YES=1 where no one can be asked.
# users.update without EXTRA_VARS takes today's cluster.yml, or the one that FILE names.
provision.emr:
	@scripts/prepare.sh npm
	@bin/howdah emr provision $(if $(YES),--yes)

terminate.emr:
	@scripts/prepare.sh npm
	@bin/howdah emr terminate $(if $(YES),--yes)

users.update:
	@scripts/prepare.sh npm
	@bin/howdah $(if $(EXTRA_VARS),emr users,users update) $(if $(YES),--yes) $(FILE)
