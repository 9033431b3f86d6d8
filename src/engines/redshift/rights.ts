import { list, literal, type Sql, sql } from '../../sql/fragment.js'
import type { Relation } from '../../sql/relation.js'

/** Rights on views that cdp's user may see, as statements that grant them. */
export function rightsOn(views: readonly Relation[]): Sql {
  const names = list(views.map(({ parts }) => literal(parts.slice(-2).join('.'))))
  return sql`
    select 'grant ' || privilege_type
      || ' on ' || quote_ident(namespace_name) || '.' || quote_ident(relation_name)
      || ' to ' || case identity_type
        when 'public' then 'public'
        when 'role' then 'role ' || quote_ident(identity_name)
        when 'group' then 'group ' || quote_ident(identity_name)
        else quote_ident(identity_name)
      end as statement
    from svv_relation_privileges
    where namespace_name || '.' || relation_name in (${names})
  `
}
