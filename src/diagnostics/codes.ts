/**
 * Every mistake that cdp names, in ranges by stage: 1xxx files and syntax, 2xxx the shape of declarations,
 * 3xxx names and graph, 4xxx types and SQL fragments, 5xxx templates, 6xxx data found at run time, 9xxx not built yet.
 * A code is never reused. `test/diagnostics` holds a case for each; `docs/diagnostics.md` explains each.
 */
export const CODES = {
  CDP1001: 'file cannot be read',
  CDP1002: 'file is not valid UTF-8',
  CDP1003: 'YAML syntax',
  CDP1004: 'duplicate YAML key',
  CDP1005: 'template is not quoted',
  CDP1006: 'YAML feature not allowed',
  CDP1007: 'no project found',
  CDP2001: 'unknown key',
  CDP2002: 'missing key',
  CDP2003: 'wrong type of value',
  CDP2004: 'value not allowed',
  CDP2005: 'invalid name',
  CDP2006: 'keys exclude each other',
  CDP2007: 'invalid regular expression',
  CDP2008: 'literal secret',
  CDP2009: 'variable is not set',
  CDP2010: 'path leaves the project',
  CDP3001: 'unknown name',
  CDP3002: 'duplicate name',
  CDP3003: 'cycle',
  CDP3004: 'not allowed to be read here',
  CDP3005: 'unknown column',
  CDP3006: 'declared but has no effect',
  CDP4001: 'types do not fit',
  CDP4002: 'SQL is not one expression',
  CDP4003: 'not possible on this engine',
  CDP5001: 'template syntax',
  CDP5002: 'unknown helper or macro',
  CDP5003: 'template not allowed here',
  CDP6001: 'data file is missing or empty',
  CDP6002: 'column missing in the data',
  CDP6003: 'too many rows rejected',
  CDP6004: 'data cannot be read',
  CDP6005: 'a profile holds too much',
  CDP9001: 'not built yet',
} as const

export type Code = keyof typeof CODES
