import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readProject } from '../../src/project/read-project.js'

function projectFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdp-reading-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'profiles.yml'), 'name: tiny\n')
  mkdirSync(join(folder, 'models'))
  return folder
}

const said = (folder: string) =>
  readProject(folder).diagnostics.map(({ code, message, span }) => `${span?.file} ${code} ${message}`)

test.skipIf(process.platform === 'win32')(
  'a pipe that has the name of a model does not keep the reader waiting (skipped on Windows, which has none)',
  () => {
    const folder = projectFolder()
    spawnSync('mkfifo', [join(folder, 'models/pipe.yml')])
    expect(said(folder)).toEqual(['models/pipe.yml CDP1001 models/pipe.yml is not a file'])
  },
)

test('a file that is too large is not read', () => {
  const folder = projectFolder()
  writeFileSync(join(folder, 'models/large.yml'), ' '.repeat(10 * 1024 * 1024 + 1))
  expect(said(folder)).toEqual(['models/large.yml CDP1001 the file models/large.yml is larger than 10 MB'])
})
