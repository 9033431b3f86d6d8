import { join } from 'node:path'

/** What Spark reaches into on Java 17, as its own launcher opens it. */
const OPENED = [
  ...['lang', 'lang.invoke', 'lang.reflect', 'io', 'net', 'nio', 'util'].map((name) => `java.${name}`),
  ...['util.concurrent', 'util.concurrent.atomic'].map((name) => `java.${name}`),
  'sun.nio.ch',
  'sun.nio.cs',
  'sun.security.action',
  'sun.util.calendar',
  'jdk.internal.ref',
]

/** The arguments of `java` that start the Thrift server. `quick`: compiles less, for queries that are many and small. */
export function serverArguments({ folder, libraries, port, heap, quick }) {
  const lake = 'spark.sql.catalog.lake'
  const settings = {
    'spark.master': 'local[2]',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.host': '127.0.0.1',
    'spark.local.dir': join(folder, 'tmp'),
    'spark.log.level': 'ERROR',
    'spark.ui.enabled': false,
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    'spark.sql.extensions': 'org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    [lake]: 'org.apache.iceberg.spark.SparkCatalog',
    [`${lake}.type`]: 'jdbc',
    [`${lake}.uri`]: `jdbc:sqlite:${join(folder, 'catalog.db')}`,
    [`${lake}.jdbc.schema-version`]: 'V1',
    [`${lake}.warehouse`]: join(folder, 'warehouse'),
    'spark.sql.shuffle.partitions': 2,
    'spark.sql.ui.retainedExecutions': 10,
    ...(quick && { 'spark.sql.codegen.wholeStage': false, 'spark.sql.codegen.factoryMode': 'NO_CODEGEN' }),
  }
  const server = {
    'hive.server2.transport.mode': 'http',
    'hive.server2.thrift.http.port': port,
    'hive.server2.thrift.bind.host': '127.0.0.1',
  }
  return [
    `-Xmx${heap}`,
    '-XX:+UseSerialGC',
    ...(quick ? ['-XX:TieredStopAtLevel=1'] : []),
    `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    '-Dio.netty.tryReflectionSetAccessible=true',
    '-Djdk.reflect.useDirectMethodHandle=false',
    ...OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    '-cp',
    join(libraries, '*'),
    'org.apache.spark.deploy.SparkSubmit',
    ...['--class', 'org.apache.spark.sql.hive.thriftserver.HiveThriftServer2'],
    ...Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    'spark-internal',
    ...Object.entries(server).flatMap(([key, value]) => ['--hiveconf', `${key}=${value}`]),
  ]
}
