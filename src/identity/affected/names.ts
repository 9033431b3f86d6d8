/** Scratch of incremental runs: identifiers of rows that changed or that time has passed over, `node`, `strength`. */
export const touchedName = (entity: string) => `touched_${entity}`
/** Scratch of incremental runs: the nodes of these rows of a source, as they were and as they are. */
export const touchedRowsName = (entity: string, source: string) => `touched_rows__${entity}__${source}`
/** Scratch of incremental runs: values that became shared or ceased to be, `node`. */
export const flippedName = (entity: string) => `flipped_${entity}`
/** Scratch of incremental runs: the nodes of rows of a source that hold one of these. */
export const flippedRowsName = (entity: string, source: string) => `flipped_rows__${entity}__${source}`
/** A view: what the customers of the last run held whom this run looks at. */
export const beforeName = (entity: string) => `before_${entity}`
/** Scratch of incremental runs: refused links by which changes reach further, `here`, `there`. */
export const leadingName = (entity: string) => `leading_${entity}`
