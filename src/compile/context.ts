export * from '../program/context.js'
