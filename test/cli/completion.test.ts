import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.js'
import { cdp, folder } from './command-line.js'

const script = async (shell: string): Promise<string> => {
  const { code, out, err } = await cdp(['completion', shell], { cwd: folder() })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

/** What bash offers for the last of the words. */
async function offered(...words: string[]): Promise<readonly string[]> {
  const asked = `${await script('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_cdp
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', asked], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout.split('\n').filter((word) => word !== '')
}

describe('completion', () => {
  test('for bash is a script that bash reads', async () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: await script('bash'), encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('offers commands, options, choices, and folders', async () => {
    expect(await offered('cdp', '')).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)))
    expect(await offered('cdp', 'co')).toEqual(['compile', 'connector', 'completion'])
    expect(await offered('cdp', 'run', '--al')).toEqual(['--allow-empty', '--allow-backwards'])
    expect(await offered('cdp', 'ls', '--output', '')).toEqual(['text', 'json'])
    expect(await offered('cdp', 'schema', 'p')).toEqual(['profiles'])
    expect(await offered('cdp', 'completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await offered('cdp', 'help', 'deb')).toEqual(['debug'])
    expect(await offered('cdp', 'validate', '--project-dir', '/us')).toEqual(['/usr'])
  })

  test('for zsh and fish names every command and option', async () => {
    const [zsh, fish] = [await script('zsh'), await script('fish')]
    expect(zsh).toMatch(/^#compdef cdp\n/)
    for (const { name, options } of COMMANDS) {
      expect(zsh).toContain(`${name}) options=`)
      expect(fish).toContain(`-a ${name} -d `)
      for (const { flags } of options) expect(fish).toContain(` -l ${flags.replace(/^--/, '').split(' ')[0]}`)
    }
  })
})
