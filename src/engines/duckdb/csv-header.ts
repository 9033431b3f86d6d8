import type { CsvLayout } from '../../sql/dialect.js'

const DELIMITERS = [',', ';', '\t', '|']

/**
 * What the first line of a CSV file tells: its delimiter, unless that is given, is the candidate that stands most often
 * outside quotes. Columns without a name are called `column1`, repeated ones get a number, as `id_1`, without regard to case.
 */
export function csvLayout(firstLine: string, given?: string): CsvLayout {
  const line = firstLine.replace(/^\uFEFF/, '')
  const unquoted = line.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  const delimiter = given ?? DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
  return { delimiter, header: distinct(fieldsOf(line, delimiter)) }
}

/** Fields of one line; a quote inside quotes is doubled. */
function fieldsOf(line: string, delimiter: string): readonly string[] {
  const fields: string[] = ['']
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? ''
    if (character === '"' && isQuoted && line[i + 1] === '"') i += 1
    else if (character === '"') {
      isQuoted = !isQuoted
      continue
    } else if (!isQuoted && line.startsWith(delimiter, i)) {
      fields.push('')
      i += delimiter.length - 1
      continue
    }
    fields[fields.length - 1] += character
  }
  return fields
}

function distinct(names: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return names.map((written, i) => {
    const base = written === '' ? `column${i + 1}` : written
    let unique = base
    for (let n = 1; seen.has(unique.toLowerCase()); n++) unique = `${base}_${n}`
    seen.add(unique.toLowerCase())
    return unique
  })
}
