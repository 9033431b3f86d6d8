#!/usr/bin/env bash
# Packs the project, installs the package into an empty folder, and runs a new project with it, as a user would.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm run --silent build
package=$(npm pack --silent --pack-destination "$work")
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "./$package"
npx --no-install cdp init shop
cd shop
npx --no-install cdp validate
npx --no-install cdp run
npx --no-install cdp show email:ann@example.com
cd "$work"
node --input-type=module -e "import * as cdp from 'cdp'; if (typeof cdp.compileProgram !== 'function') process.exit(1)"
printf 'the package of %s installs and runs\n' "$(basename "$root")"
