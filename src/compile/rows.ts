export * from '../staging/rows.js'
