import type { Scalar } from './declaration.js'
import { declaration } from './declaration.js'
import { defined } from './defined.js'
import type { Duration } from './duration.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'
import type {
  Guards,
  MappedField,
  MappedValue,
  OnLeave,
  Sync,
  SyncFrom,
  SyncInput,
  TemplatePart,
} from './sync.js'

/** `cdp sync status` shows how syncs are; it runs none of that name. */
const WORDS_OF_THE_COMMAND: readonly string[] = ['status', 'log', 'retry', 'resync', 'rebase']

/** A sync with its sugar expanded and defaults filled in; undefined where something is wrong with it, which is reported. */
export function buildSync(input: SyncInput, origin: Origin, report: Reporter): Sync | undefined {
  if (WORDS_OF_THE_COMMAND.includes(input.name))
    return report.error('CDP2005', at(origin, 'name'), `"${input.name}" is a word of the command cdp sync`, {
      expected: 'another name',
    })
  const from = buildFrom(input.from, at(origin, 'from'), report)
  const map = buildMap(input.map, at(origin, 'map'), report)
  const mode = input.mode ?? 'upsert'
  const excluded = excludedKeys(input, mode)
  for (const [key, message] of excluded) report.error('CDP2006', at(origin, key), message, { which: 'key' })
  if (!from || !map || excluded.length > 0) return undefined
  const { purpose } = input
  return {
    ...declaration(input, origin),
    from,
    to: input.to,
    mode,
    key: input.key ?? [],
    map,
    nulls: input.nulls ?? 'skip',
    onUnknown: input.on_unknown ?? 'hold',
    allowDelete: input.allow_delete ?? false,
    allowOptIn: input.allow_opt_in ?? false,
    ignore: input.diff?.ignore ?? [],
    guards: guardsOf(input.guards),
    log: { payload: input.log?.payload ?? 'hash', keep: input.log?.keep ?? days(90) },
    ...defined({
      onLeave: onLeaveOf(input.on_leave),
      purpose:
        purpose === undefined
          ? undefined
          : purpose === 'none'
            ? ({ kind: 'none' } as const)
            : ({ kind: 'purpose', name: purpose } as const),
      onWithdraw: input.on_withdraw,
      audience: input.audience,
    }),
  }
}

function buildFrom(input: SyncInput['from'], origin: Origin, report: Reporter): SyncFrom | undefined {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const [first, second] = given.map(([key]) => key)
  if (first === undefined)
    return report.error('CDP2002', origin, 'it is not said what is synced', {
      expected: 'one of segment, segments, profiles, model, events',
    })
  if (second !== undefined)
    return report.error('CDP2006', at(origin, second), `"${second}" excludes "${first}"`, {
      which: 'key',
      expected: 'one thing that is synced',
    })
  const { segment, segments, profiles, events, model } = input
  if (segment !== undefined) return { kind: 'segments', segments: [segment], several: false }
  if (segments !== undefined) return { kind: 'segments', segments, several: true }
  if (profiles !== undefined) return { kind: 'profiles', entity: profiles }
  if (events !== undefined) return { kind: 'events', entity: events }
  if (model !== undefined) return { kind: 'model', model }
  return report.notBuilt(at(origin, 'relation'), 'syncs of relations are')
}

function buildMap(input: SyncInput['map'], origin: Origin, report: Reporter): MappedField[] | undefined {
  if (input === undefined) return []
  if (Array.isArray(input))
    return input.map((column, index) => ({
      name: column,
      origin: at(origin, index),
      onlyIfEmpty: false,
      kind: 'column',
      column,
    }))
  const fields = Object.entries(input).map(([name, written]) => {
    const place = at(origin, name)
    const value = buildValue(written, place, report)
    const onlyIfEmpty = typeof written === 'object' && (written.only_if_empty ?? false)
    return value && { name, origin: place, onlyIfEmpty, ...value }
  })
  return fields.every((field) => field !== undefined) ? fields : undefined
}

type Written = Exclude<NonNullable<SyncInput['map']>, readonly unknown[]>[string]

const WAYS = ['from', 'value', 'template', 'sql'] as const

function buildValue(written: Written, origin: Origin, report: Reporter): MappedValue | undefined {
  if (typeof written === 'string')
    return written.includes('{{') ? template(written, origin, report) : { kind: 'column', column: written }
  const [first, second] = WAYS.filter((key) => written[key] !== undefined)
  if (first === undefined)
    return report.error('CDP2002', origin, 'it is not said where the value comes from', {
      expected: 'one of from, value, template, sql',
    })
  if (second !== undefined)
    return report.error('CDP2006', at(origin, second), `"${second}" excludes "${first}"`, { which: 'key' })
  if (written.type !== undefined && first !== 'sql')
    return report.error('CDP2006', at(origin, 'type'), `"type" does not go with "${first}"`, { which: 'key' })
  if (written.from !== undefined) return { kind: 'column', column: written.from }
  if (written.value !== undefined) return { kind: 'value', value: written.value }
  if (written.template !== undefined) return template(written.template, at(origin, 'template'), report)
  if (written.type === undefined)
    return report.error('CDP2002', origin, 'the key "type" is missing', {
      expected: 'the type of the value of "sql", such as number or string',
    })
  return { kind: 'sql', sql: written.sql ?? '', type: written.type }
}

/** Text with `{{column}}`; nothing else of a template has a meaning here. */
function template(text: string, origin: Origin, report: Reporter): MappedValue | undefined {
  const parts: TemplatePart[] = []
  let end = 0
  for (const match of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    const column = match[1]?.trim() ?? ''
    if (!/^[a-z_][a-z0-9_]*$/i.test(column))
      return report.error('CDP5001', origin, `{{${column}}} is no column`, {
        inside: { from: match.index, to: match.index + match[0].length },
        expected: 'the name of a column: {{first_name}}',
      })
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ column })
    end = match.index + match[0].length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  const open = parts.findIndex((part) => 'text' in part && /\{\{|\}\}/.test(part.text))
  if (open >= 0)
    return report.error('CDP5001', origin, 'the template is not closed', {
      expected: 'the name of a column in double braces: {{first_name}}',
    })
  return { kind: 'template', parts }
}

function onLeaveOf(input: SyncInput['on_leave']): OnLeave | undefined {
  if (input === undefined) return undefined
  if (typeof input === 'string') return { kind: input }
  return { kind: 'update', fields: input.update as Readonly<Record<string, Scalar>> }
}

function excludedKeys(input: SyncInput, mode: Sync['mode']): readonly (readonly [string, string])[] {
  const found: [string, string][] = []
  if (input.on_leave !== undefined && mode !== 'mirror')
    found.push(['on_leave', `"on_leave" does not go with "mode: ${mode}": only mirror looks at what left`])
  if (input.on_withdraw !== undefined && (input.purpose === undefined || input.purpose === 'none'))
    found.push(['on_withdraw', '"on_withdraw" needs a purpose whose consent can be withdrawn'])
  return found
}

function guardsOf(input: SyncInput['guards'] = {}): Guards {
  return {
    maxAdded: input.max_added ?? 0.5,
    maxChanged: input.max_changed ?? 0.8,
    maxRemoved: input.max_removed ?? 0.2,
    maxRejected: input.max_rejected ?? 0.1,
    emptySource: input.empty_source ?? 'stop',
    maxAge: input.max_age ?? { text: '24 hours', seconds: 86_400 },
  }
}

function days(count: number): Duration {
  return { text: `${count} days`, seconds: count * 86_400 }
}
