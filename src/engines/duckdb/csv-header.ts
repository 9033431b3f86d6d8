const DELIMITERS = [',', ';', '\t', '|']

/** The candidate that stands most often outside quotes in the header line of a CSV file. */
export function delimiterOf(line: string): string {
  const unquoted = line.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
}

/**
 * The columns that a header line names, without white space around them. Columns without a name are called `column1`,
 * repeated ones get a number, as `id_1`, without regard to case.
 */
export function headerOf(line: string, delimiter: string): readonly string[] {
  return distinct(fieldsOf(line.replace(/^\uFEFF/, ''), delimiter).map((field) => field.trim()))
}

/** Fields of one line. A quote counts only at the beginning of a field; inside quotes it is doubled. */
function fieldsOf(line: string, delimiter: string): readonly string[] {
  const fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? ''
    if (isQuoted) {
      if (character !== '"') field += character
      else if (line[i + 1] === '"') {
        field += '"'
        i += 1
      } else isQuoted = false
    } else if (character === '"' && field.trim() === '') {
      isQuoted = true
    } else if (line.startsWith(delimiter, i)) {
      fields.push(field)
      field = ''
      i += delimiter.length - 1
    } else field += character
  }
  return [...fields, field]
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
