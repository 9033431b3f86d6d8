export * from '../staging/placement.js'
