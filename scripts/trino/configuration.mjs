import { execFileSync } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Writes the configuration of one node of a cluster into `dir`, and gives the arguments of `java` that start it.
 * `cluster`: `folder`, `port` and `workers` of the whole, `quick`: compiled with little effort, `user` (`{ name, password }`) where who connects must be known,
 * `rules`: a file of access rules.
 */
export function configureNode(cluster, { name, port, dir, heap }, distribution, java) {
  const isCoordinator = name === 'coordinator'
  const uri = `http://127.0.0.1:${cluster.port}`
  const properties = {
    coordinator: isCoordinator,
    ...(isCoordinator && {
      'node-scheduler.include-coordinator': cluster.workers === 0,
      'query-manager.required-workers': Math.max(cluster.workers, 1),
    }),
    'http-server.http.port': port,
    'discovery.uri': uri,
    'query.max-history': 1000,
    ...(cluster.user && security(cluster, dir, java, isCoordinator)),
  }
  write(dir, 'etc/config.properties', properties)
  write(dir, 'etc/catalog/iceberg.properties', {
    'connector.name': 'iceberg',
    'iceberg.catalog.type': 'TESTING_FILE_METASTORE',
    'hive.metastore.catalog.dir': 'local:///',
    'fs.native-local.enabled': true,
    'local.location': join(cluster.folder, 'warehouse'),
  })
  if (cluster.rules)
    write(dir, 'etc/access-control.properties', {
      'access-control.name': 'file',
      'security.config-file': cluster.rules,
    })
  const settings = {
    'node.environment': 'laptop',
    'node.id': name,
    'node.data-dir': join(dir, 'var'),
    'plugin.dir': join(distribution, 'plugin'),
    'secrets-plugin.dir': join(distribution, 'secrets-plugin'),
    'catalog.config-dir': join(dir, 'etc/catalog'),
    config: join(dir, 'etc/config.properties'),
  }
  return [
    `-Xmx${heap}`,
    '-XX:+ExitOnOutOfMemoryError',
    ...(cluster.quick ? ['-XX:TieredStopAtLevel=1'] : []),
    '-Djdk.attach.allowAttachSelf=true',
    '--add-modules=jdk.incubator.vector',
    ...Object.entries(settings).map(([key, value]) => `-D${key}=${value}`),
    '-cp',
    join(distribution, 'lib', '*'),
    'io.trino.server.TrinoServer',
  ]
}

/** Passwords over TLS alone: the one user of the file, and a certificate that the server made itself. */
function security({ user, secret, httpsPort, folder }, dir, java, isCoordinator) {
  const shared = { 'internal-communication.shared-secret': secret }
  if (!isCoordinator) return shared
  write(dir, 'etc/password-authenticator.properties', {
    'password-authenticator.name': 'file',
    'file.password-file': join(dir, 'etc/passwords'),
  })
  writeFileSync(join(dir, 'etc/passwords'), `${user.name}:${hashed(user.password)}\n`, { mode: 0o600 })
  const store = join(dir, 'etc/server.p12')
  selfSigned(java, store, join(folder, 'certificate.pem'))
  return {
    ...shared,
    'http-server.authentication.type': 'PASSWORD',
    'http-server.https.enabled': true,
    'http-server.https.port': httpsPort,
    'http-server.https.keystore.path': store,
    'http-server.https.keystore.key': STORE_PASSWORD,
  }
}

/** Of the key store of a server that lives on this machine alone; Java insists on one. */
const STORE_PASSWORD = 'changeit'

/** `iterations:salt:hash`, as Trino's password file wants it. */
function hashed(password) {
  const salt = randomBytes(16)
  return `10000:${salt.toString('hex')}:${pbkdf2Sync(password, salt, 10_000, 32, 'sha1').toString('hex')}`
}

function selfSigned(java, store, certificate) {
  rmSync(store, { force: true })
  const keytool = java === 'java' ? 'keytool' : join(dirname(java), 'keytool')
  const common = ['-alias', 'trino', '-keystore', store, '-storepass', STORE_PASSWORD]
  const subject = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1']
  const run = (args) => execFileSync(keytool, args, { stdio: 'ignore' })
  run(['-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-storetype', 'PKCS12', ...subject, ...common])
  run(['-exportcert', '-rfc', '-file', certificate, ...common])
}

function write(dir, file, properties) {
  const path = join(dir, file)
  mkdirSync(dirname(path), { recursive: true })
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(path, lines.join(''), { mode: 0o600 })
}
