/** A project of one source of people; `more` are further keys of it. */
export function people(more: string, entity = '{ name: customer, identifiers: [{ name: email }] }'): string {
  return `entities:
  - ${entity}
sources:
  - name: people
    key: id
    entity: customer
    identifiers: { email: email }
${more
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`
}
