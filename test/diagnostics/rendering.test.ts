import { describe, expect, test } from 'vitest'
import { closest, editDistance } from '../../src/diagnostics/closest.js'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import { renderDiagnostic, renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { positionAt } from '../../src/diagnostics/text-position.js'

function about(text: string, part: string, more: Partial<Diagnostic> = {}): string {
  const start = text.indexOf(part)
  const span = { file: 'a.yml', start, end: start + part.length }
  return renderDiagnostic({ code: 'CDP2001', severity: 'error', message: 'wrong', span, ...more }, [
    { path: 'a.yml', text },
  ])
}

describe('frames', () => {
  test('tabs, control characters and wide letters keep the carets below what is meant', () => {
    expect(about('\tkey: \u001b[31mvalue', 'value')).toBe(
      'a.yml:1:12 error CDP2001: wrong\n> 1 |   key: \ufffd[31mvalue\n    |             ^^^^^',
    )
    expect(about('名前: x', 'x')).toBe('a.yml:1:5 error CDP2001: wrong\n> 1 | 名前: x\n    |       ^')
  })

  test('long lines are cut around what is meant', () => {
    const lines = about(`${'a'.repeat(300)}HERE${'b'.repeat(300)}`, 'HERE').split('\n')
    expect(lines[1]).toMatch(/^> 1 \| …a+HEREb+…$/)
    expect(lines[1]).toHaveLength(106)
    expect(lines[2]?.indexOf('^^^^')).toBe(lines[1]?.indexOf('HERE'))
  })

  test('secrets are masked, also in the line before', () => {
    const text = 'password: hunter2\nurl: hunter3 # x\n'
    const masks = ['hunter2', 'hunter3'].map((secret) => ({
      file: 'a.yml',
      start: text.indexOf(secret),
      end: text.indexOf(secret) + 7,
    }))
    expect(about(text, 'hunter3', { masks })).toBe(
      'a.yml:2:6 error CDP2001: wrong\n  1 | password: ********\n> 2 | url: ********  # x\n    |      ^^^^^^^^'.replace(
        '  # x',
        ' # x',
      ),
    )
  })

  test('of several lines the first; of an empty range one caret; Windows line ends', () => {
    expect(about('a: 1\r\nb:\r\n  c: 2', 'b:\r\n  c')).toBe(
      'a.yml:2:1 error CDP2001: wrong\n  1 | a: 1\n> 2 | b:\n    | ^^',
    )
    expect(about('', '')).toBe('a.yml:1:1 error CDP2001: wrong\n> 1 |\n    | ^')
  })

  test('a painter colours the parts', () => {
    const file = { path: 'a.yml', text: 'a' }
    const d: Diagnostic = {
      code: 'CDP2001',
      severity: 'warning',
      message: 'm',
      span: { file: 'a.yml', start: 0, end: 1 },
      hint: 'h',
    }
    expect(renderDiagnostic(d, [file], (part, text) => `<${part}>${text}</>`)).toBe(
      '<place>a.yml:1:1</> <warning>warning CDP2001</>: <message>m</>\n> 1 | <marked>a</>\n    | <marker>^</>\n  <label>hint:</> <hint>h</>',
    )
  })

  test('several are sorted by place', () => {
    const d = (file: string, start: number): Diagnostic => ({
      code: 'CDP2001',
      severity: 'error',
      message: 'm',
      span: { file, start, end: start + 1 },
    })
    const files = [
      { path: 'a', text: 'xy' },
      { path: 'b', text: 'z' },
    ]
    expect(renderDiagnostics([d('b', 0), d('a', 1), d('a', 0)], files).match(/^\w:\d:\d/gm)).toEqual([
      'a:1:1',
      'a:1:2',
      'b:1:1',
    ])
    expect(renderDiagnostics([], files)).toBe('')
  })
})

test('positions', () => {
  const file = { path: 'a', text: 'ab\ncd\n' }
  expect([0, 2, 3, 6, 99].map((offset) => positionAt(file, offset))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
    { line: 3, column: 1 },
  ])
})

test('the nearest name', () => {
  expect(closest('lifetime_valeu', ['order_count', 'lifetime_value', 'lifetime'])).toBe('lifetime_value')
  expect(closest('Email', ['email', 'phone'])).toBe('email')
  expect(closest('xyz', ['email', 'phone'])).toBeUndefined()
  expect(closest('a', ['b'])).toBeUndefined()
  expect(editDistance('kitten', 'sitting')).toBe(3)
  expect(editDistance('form', 'from')).toBe(1)
})
