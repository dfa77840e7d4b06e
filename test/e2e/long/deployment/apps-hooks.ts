import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Small but real applications, which an operator's hooks would install instead of edX's. */

const PYTHON = `#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qqy --no-install-recommends -o DPkg::Lock::Timeout=120 install python3 python3-pymysql python3-yaml
mkdir -p "/opt/$HOWDAH_APP"
`

const unit = (name: string): string => `
cat >/etc/systemd/system/${name}.service <<UNIT
[Unit]
Description=${name}
[Service]
User=$HOWDAH_ACCOUNT
Environment=PORT=$HOWDAH_PORT LISTEN=$HOWDAH_LISTEN SETTINGS=$HOWDAH_SETTINGS CREDENTIALS=$HOWDAH_CREDENTIALS
ExecStart=/usr/bin/python3 /opt/$HOWDAH_APP/server.py
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
`

const SERVER = `
import json, os, ssl, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import pymysql, yaml

with open(os.environ["SETTINGS"]) as f:
    settings = yaml.safe_load(f)

def connection(database):
    # The options of Django's MySQL client, for this client. With an authority it also checks the name.
    ca = database.get("OPTIONS", {}).get("ssl", {}).get("ca")
    return pymysql.connect(ssl={"ca": ca} if ca else None, host=database["HOST"], port=int(database["PORT"]), user=database["USER"],
                           password=database["PASSWORD"], database=database["NAME"], connect_timeout=5)

def ask(database, sql):
    link = connection(settings["DATABASES"][database])
    try:
        with link.cursor() as cursor:
            cursor.execute(sql)
            link.commit()
            return cursor.fetchall()
    finally:
        link.close()

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            code, value = answer(self.path, self.headers)
        except pymysql.err.MySQLError as error:
            code, value = 403, {"error": error.args[0]}
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass
`

const SERVE = `
ThreadingHTTPServer((os.environ["LISTEN"], int(os.environ["PORT"])), Handler).serve_forever()
PY
`

/** Reads results with the api account, keeps a table with its own account, and shows the request. */
const API_HOOK = `${PYTHON}
cat >/opt/api/server.py <<'PY'
${SERVER}
with open(os.environ["CREDENTIALS"]) as f:
    credentials = json.load(f)

def answer(path, headers):
    if path == "/health/":
        ask("reports", "SELECT 1")
        return 200, {"overall_status": "OK"}
    if path == "/api/v0/courses/":
        if headers.get("Authorization") != "Token " + settings["API_AUTH_TOKEN"]:
            return 401, {}
        return 200, {row[0]: row[1] for row in ask("reports", "SELECT course_id, learners FROM apps_e2e ORDER BY 1")}
    if path == "/write/":
        return 200, ask("reports", "INSERT INTO apps_e2e VALUES ('x', 1)")
    if path == "/own/":
        ask("default", "CREATE TABLE IF NOT EXISTS own (n INT)")
        return 200, ask("default", "SELECT COUNT(*) FROM own")
    if path == "/foreign/":
        return 200, ask("default", "SELECT * FROM reports.apps_e2e")
    if path == "/credentials/":
        settings["DATABASES"]["json"] = {"HOST": credentials["host"], "PORT": credentials["port"],
            "USER": credentials["username"], "PASSWORD": credentials["password"], "NAME": credentials["database"],
            "OPTIONS": {"ssl": {"ca": credentials.get("ca")}}}
        return 200, ask("json", "SELECT COUNT(*) FROM apps_e2e")
    if path == "/headers/":
        return 200, {name.lower(): value for name, value in headers.items()}
    return 404, {}
${SERVE}${unit('lab-data-api')}`

/** Shows the answer of the Data API, which it requests over TLS with its token. */
const INSIGHTS_HOOK = `${PYTHON}
cat >/opt/insights/server.py <<'PY'
${SERVER}
trust = ssl.create_default_context(cafile=settings.get("DATA_API_CA"))

def answer(path, headers):
    if path == "/health/":
        return 200, {}
    url = settings["DATA_API_URL"] + "/courses/"
    request = urllib.request.Request(url, headers={"Authorization": "Token " + settings["DATA_API_AUTH_TOKEN"]})
    with urllib.request.urlopen(request, context=trust, timeout=10) as response:
        return 200, json.load(response)
${SERVE}${unit('lab-insights')}`

/** The same application as a package of the OS, in a repository on its host. Its unit reads the variables that Howdah writes. */
export const INSIGHTS_PACKAGE = `set -eu
cd /srv && mkdir -p packages/tree/DEBIAN packages/tree/opt/packaged packages/tree/usr/lib/systemd/system
cd packages
cat >tree/DEBIAN/control <<'CONTROL'
Package: packaged-insights
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@localhost>
Depends: python3, python3-pymysql, python3-yaml
Description: shows what the Data API says
CONTROL
cp /opt/insights/server.py tree/opt/packaged/
cat >tree/usr/lib/systemd/system/packaged-insights.service <<'UNIT'
[Unit]
Description=packaged-insights
[Service]
User=insights
EnvironmentFile=/etc/howdah/apps/insights.env
ExecStart=/usr/bin/env PORT=\${HOWDAH_PORT} LISTEN=\${HOWDAH_LISTEN} SETTINGS=\${HOWDAH_SETTINGS} /usr/bin/python3 /opt/packaged/server.py
[Install]
WantedBy=multi-user.target
UNIT
dpkg-deb --build --root-owner-group tree insights.deb >/dev/null
{
  dpkg-deb --field insights.deb
  echo "Filename: ./insights.deb"
  echo "Size: $(stat -c %s insights.deb)"
  echo "SHA256: $(sha256sum insights.deb | cut -d ' ' -f 1)"
} >Packages
echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list.d/packaged.list
`

export const NO_INSIGHTS_PACKAGE = `set -eu
systemctl disable --quiet --now packaged-insights
DEBIAN_FRONTEND=noninteractive apt-get -qqy purge packaged-insights >/dev/null
rm -r /srv/packages /etc/apt/sources.list.d/packaged.list
`

export const FAILING_HOOK = `#!/bin/sh
echo 'fetching the application'
echo 'no such release: 7.3' >&2
exit 3
`

export const API = 'api.lab.test'
export const INSIGHTS = 'insights.lab.test'

export type AppsSpec = Record<string, Record<string, unknown>>

/** Writes both hooks into a directory, and returns the `apps` of a cluster.yml that names them. */
export async function writeApps(dir: string): Promise<AppsSpec> {
  const app = async (serverName: string, unit: string, script: string, text: string) => {
    await writeFile(join(dir, script), text)
    await chmod(join(dir, script), 0o755)
    const hook = { script: join(dir, script), timeout: 600 }
    return { serverName, unit, tls: { selfSigned: true }, hook }
  }
  return {
    api: await app(API, 'lab-data-api', 'api-hook.sh', API_HOOK),
    insights: await app(INSIGHTS, 'lab-insights', 'insights-hook.sh', INSIGHTS_HOOK),
  }
}
