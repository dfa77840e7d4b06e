# Runs in a network of its own. Loads rules.nft of the directory $1 as the host 10.0.0.1, and connects to it from
# another network with addresses of a host of the cluster, of a user, and of others.
set -eu
ip link set lo up
nft -f "$1/rules.nft"
unshare -n sleep 50 &
other=$!
trap 'kill $other' EXIT
there() { nsenter --net="/proc/$other/ns/net" "$@"; }
until [ "$(readlink "/proc/$other/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link add here type veth peer name there
ip link set there netns "$other"
ip addr add 10.0.0.1/8 dev here
ip link set here up
ip -6 addr add fd00::1/64 dev here nodad
there ip link set there up
for address in 10.0.0.11 10.5.5.5 192.168.7.7; do there ip addr add "$address/32" dev there; done
there ip -6 addr add fd00::2/64 dev there nodad
there ip route add 10.0.0.1 dev there src 10.5.5.5
ip route add 192.168.7.7 dev here
cat >"$1/serve.py" <<'END'
import socket, sys, time
sockets = []
for family, port in [(socket.AF_INET, p) for p in (22, 8033, 8088)] + [(socket.AF_INET6, 3306)]:
    s = socket.socket(family)
    s.bind(('::' if family == socket.AF_INET6 else '0.0.0.0', port))
    s.listen(20)
    sockets.append(s)
open(sys.argv[1] + '/ready', 'w').close()
time.sleep(40)
END
cat >"$1/connect.py" <<'END'
import socket, sys
source, port, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
s = socket.socket(socket.AF_INET6 if ':' in source else socket.AF_INET)
s.settimeout(5)
s.bind((source, 0))
try:
    s.connect((target, port))
    print(source, port, 'open')
except ConnectionRefusedError:
    print(source, port, 'refused')
END
python3 "$1/serve.py" "$1" &
server=$!
trap 'kill $other $server' EXIT
until [ -e "$1/ready" ]; do sleep 0.1; done
for port in 22 8033 8088; do
  for address in 10.0.0.11 10.5.5.5 192.168.7.7; do there python3 "$1/connect.py" "$address" "$port" 10.0.0.1; done
done
there python3 "$1/connect.py" fd00::2 3306 fd00::1
python3 "$1/connect.py" 10.0.0.1 8033 10.0.0.1 | sed 's/^10.0.0.1/own address/'
there python3 -c '
import socket, sys
s = socket.socket(); s.bind(("10.5.5.5", 7777)); s.listen(1); open(sys.argv[1] + "/listens", "w").close(); s.accept()' "$1" &
listener=$!
until [ -e "$1/listens" ]; do sleep 0.1; done
python3 -c '
import socket
s = socket.socket(); s.settimeout(5); s.bind(("10.0.0.1", 9870)); s.connect(("10.5.5.5", 7777))
print("answers to a connection from a guarded port arrive")'
wait "$listener"
