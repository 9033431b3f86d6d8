import { lookUp } from '../../template/leaf-template.js'

/** What stands at a path of an answer: `errors.0.message`; `$` is the whole. */
export function atPath(value: unknown, path: string): unknown {
  return path === '$' ? value : lookUp(value, path.replace(/^\$\./, '').split('.'))
}

/** The text at a path, where there is something that can be one. */
export function textAt(value: unknown, path: string | undefined): string | undefined {
  const found = path === undefined ? undefined : atPath(value, path)
  if (found === undefined || found === null || found === '') return undefined
  return typeof found === 'object' ? JSON.stringify(found) : String(found)
}
