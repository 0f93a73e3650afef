# For the other scripts: builds the service, starts it on a free port, and ends it with the script.
#
# SHOP_SERVICE names a program that is built already. start_service sets url and service, its process.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp -d)
service=

end_service() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  [ -z "$service" ] || wait "$service" 2>/dev/null || true
  rm -rf "$scratch"
}
trap end_service EXIT

if [ -z "${SHOP_SERVICE:-}" ]; then
  swift build -c release --product ShopService
  SHOP_SERVICE="$(swift build -c release --show-bin-path)/ShopService"
fi

# Starts the service with the arguments given, and waits until it listens.
start_service() {
  "$SHOP_SERVICE" --http-port 0 "$@" >"$scratch/out" 2>"$scratch/log" &
  service=$!
  for _ in $(seq 300); do
    url=$(sed -n 's/^Listening at //p' "$scratch/out")
    [ -z "$url" ] || return 0
    kill -0 "$service" 2>/dev/null || break
    sleep 0.1
  done
  echo "The service did not start:"
  cat "$scratch/log"
  exit 1
}
