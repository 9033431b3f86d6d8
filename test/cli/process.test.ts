import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { folder, MAIN, project, spawned, start, write } from './command-line.js'

/** What only a process of its own shows: its exit code, its streams, its environment. */
describe('the built command line', () => {
  test('makes a project, runs it and shows a customer; results go to standard output alone', () => {
    const cwd = folder()
    expect(spawned(['init', '.'], { cwd })).toMatchObject({ code: 0, out: '' })
    const run = spawned(['run', '--output', 'json'], { cwd })
    expect(run.code).toBe(0)
    expect(JSON.parse(run.out)).toMatchObject({ status: 'succeeded' })
    expect(run.err).toContain('Published 10 nodes')
    const shown = spawned(['show', 'email:ann@example.com'], { cwd, env: { COLUMNS: '60' } })
    expect(shown).toMatchObject({ code: 0, err: '' })
    expect(shown.out).toContain('a…@example.com')
    expect(Math.max(...shown.out.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(60)
  })

  test('ends with 1 for the project, 2 for the command line, 3 for the warehouse', () => {
    const cwd = project()
    expect(spawned(['ls', '--nope'], { cwd })).toMatchObject({ code: 2, out: '' })
    write(cwd, { 'target/dev.duckdb': 'no database at all. '.repeat(200) })
    const failed = spawned(['run'], { cwd })
    expect(failed).toMatchObject({ code: 3, out: '' })
    expect(failed.err).not.toMatch(/^ {4}at /m)
    write(cwd, { 'models/more.yml': 'trait: []\n' })
    expect(spawned(['validate'], { cwd })).toMatchObject({ code: 1, out: '' })
  })

  test('writes colours to terminals only, unless FORCE_COLOR asks for them', () => {
    const cwd = project({ 'models/more.yml': 'trait: []\n' })
    const validate = (env: Record<string, string>): string => spawned(['validate'], { cwd, env }).err
    expect(validate({})).not.toContain('\u001b')
    expect(validate({ NO_COLOR: '1' })).not.toContain('\u001b')
    expect(validate({ FORCE_COLOR: '1' })).toContain('\u001b[31m')
  })

  test('ends well where its reader has seen enough', async () => {
    const schema = start(['schema'], { cwd: folder() })
    schema.process.stdout?.destroy()
    expect(await schema.ended).toMatchObject({ code: 0, err: '' })
  })

  test.skipIf(!existsSync('/dev/full'))(
    'ends with 3 where its results have no room (skipped without /dev/full)',
    () => {
      const script = 'exec "$0" "$@" > /dev/full'
      const { status, stderr } = spawnSync(
        'bash',
        ['-c', script, process.execPath, MAIN, 'run', '--output', 'json'],
        {
          cwd: project(),
          encoding: 'utf8',
        },
      )
      expect(status).toBe(3)
      expect(stderr).toContain('Published ')
      expect(stderr).toMatch(/\nerror: standard output cannot be written: the disk is full\n {2}hint: .*\n$/)
    },
  )

  test.skipIf(!existsSync('/dev/full'))(
    'goes on with a run whose log has no room (skipped without /dev/full)',
    () => {
      const cwd = project()
      const script = 'exec "$0" "$@" 2> /dev/full'
      expect(spawnSync('bash', ['-c', script, process.execPath, MAIN, 'run'], { cwd }).status).toBe(0)
      expect(spawned(['show', 'email:ann@example.com'], { cwd }).code).toBe(0)
    },
  )

  test('goes on with a run whose progress nobody reads', async () => {
    const cwd = project()
    const run = start(['run'], { cwd })
    run.process.stderr?.destroy()
    expect(await run.ended).toMatchObject({ code: 0 })
    expect(spawned(['show', 'email:ann@example.com'], { cwd }).code).toBe(0)
  })
})
