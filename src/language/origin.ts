/**
 * Where a declaration, or a part of one, stands: a JSON-pointer-like path into a YAML file.
 * Plain data; `Positions` turns it into a span when something is to be said about it.
 */
export interface Origin {
  readonly file: string
  readonly path: readonly (string | number)[]
}

export function at(origin: Origin, ...path: (string | number)[]): Origin {
  return { file: origin.file, path: [...origin.path, ...path] }
}
