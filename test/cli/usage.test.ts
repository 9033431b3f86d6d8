import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.js'
import { cdp, folder, project } from './command-line.js'

describe('help', () => {
  test('is what cdp alone, --help and help print', async () => {
    const cwd = folder()
    const { code, out, err } = await cdp([], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name, summary } of COMMANDS) {
      expect(out).toContain(`  ${name} `)
      expect(out.replaceAll(/\n +/g, ' ')).toContain(summary)
    }
    expect(out).toContain('Exit codes:')
    expect(out.endsWith('cdp run\n')).toBe(true)
    for (const args of [['--help'], ['-h'], ['help']])
      expect(await cdp(args, { cwd })).toEqual({ code, out, err })
  })

  test.each(COMMANDS.map(({ name }) => name))(
    'of %s: options, examples, a newline at its end',
    async (name) => {
      const cwd = folder()
      const help = await cdp(['help', name], { cwd })
      expect(help).toMatchObject({ code: 0, err: '' })
      expect(help.out).toMatch(new RegExp(`^Usage: cdp ${name}`))
      expect(help.out).toContain('Examples:\n  ')
      expect(help.out).toMatch(/[^\n]\n$/)
      expect(Math.max(...help.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
      expect(await cdp([name, '--help'], { cwd })).toEqual(help)
    },
  )

  test('--version prints the version', async () => {
    expect((await cdp(['--version'], { cwd: folder() })).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('what cannot be understood ends with 2, and the nearest that could', () => {
  test.each([
    [['rnu'], 'there is no command "rnu"', 'cdp run'],
    [['help', 'rnu'], 'there is no command "rnu"', 'cdp run'],
    [['zzzzzz'], 'there is no command "zzzzzz"', 'cdp --help'],
    [['plan', '--target', 'dev'], 'the command "plan" is not built yet', 'cdp --help'],
    [['segment', 'preview', 'vip'], 'the command "segment" is not built yet', 'cdp --help'],
    [['runn', '--full-refresh'], 'there is no command "runn"', 'Did you mean "cdp run"?'],
    [['plan'], 'the command "plan" is not built yet', 'cdp --help'],
    [['run', '--reprocess', 'ordres'], 'there is no source "ordres"', 'Did you mean orders?'],
    [['run', '--reprocess', 'orders'], 'orders has no loaded_at', 'nothing to read again'],
    [['run', '--from', '2026-01-01'], '--from and --to are of a source', '--reprocess'],
    [['ls', '--select', ''], 'a selector is empty', 'tag:<tag>'],
    [['run', '--tagret', 'dev'], "unknown option '--tagret'", '--target'],
    [['--hlep'], "unknown option '--hlep'", '--help'],
    [['ls', '--output', 'jsn'], "'jsn' is invalid", '"json"'],
    [['schema', 'model'], "'model' is invalid", '"models"'],
    [['run', 'extra'], 'too many arguments', 'cdp run --help'],
    [['show'], "missing required argument 'identifier'", 'cdp show --help'],
    [['run', '--target'], 'argument missing', 'cdp run --help'],
    [['show', 'email:ann@example.com', '--limit', 'many'], '--limit "many"', 'whole number'],
  ])('cdp %j', async (args, message, hint) => {
    const { code, out, err } = await cdp(args, { cwd: project() })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    const [error, said] = err.split('\n')
    expect(error).toContain(message)
    expect(said).toContain(hint)
    expect(err).not.toMatch(/^ {4}at /m)
  })
})
