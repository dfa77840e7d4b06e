/** A package of Debian by its path below a mirror, and the SHA-256 that Debian's signed index gives for it. */
export type PinnedPackage = readonly [path: string, sha256: string]

/**
 * Python 2.7 of Debian 11, the last release with it, for amd64, with pkg_resources and the headers for compiled
 * modules. Security updates where Debian has them.
 */
export const PYTHON_PACKAGES: readonly PinnedPackage[] = [
  [
    'debian/pool/main/p/python2.7/libpython2.7-dev_2.7.18-8+deb11u1_amd64.deb',
    '887034beb360069df8b519ad93893454ef3402415775a0466940fb73d6a8b8ca',
  ],
  [
    'debian/pool/main/p/python2.7/libpython2.7-minimal_2.7.18-8+deb11u1_amd64.deb',
    '85833c92314011b89bbead6f9a5a7a360b5ee4f9b95e001225afead4ebf9f7d3',
  ],
  [
    'debian/pool/main/p/python2.7/libpython2.7-stdlib_2.7.18-8+deb11u1_amd64.deb',
    '3e627d6d8992b853e000b8a4c09dda613fb767cdb711a2eac20ebc9f867b593c',
  ],
  [
    'debian/pool/main/p/python-setuptools/python-pkg-resources_44.1.1-1_all.deb',
    '39830677b80bea99a2f615cf85e598d69da2c17bdb0835629c9ea7b76df4e767',
  ],
  [
    'debian/pool/main/p/python-setuptools/python-setuptools_44.1.1-1_all.deb',
    'f59e1d706d2a9b774207a718038e41e19e6ebeeeea32d385d42fdbf3f5151747',
  ],
  [
    'debian/pool/main/p/python2.7/python2.7-minimal_2.7.18-8+deb11u1_amd64.deb',
    '44f0cdc1a343303d31c55fcb3a6402cfe326adf749ec30e375e6e0c0c5f7c1f7',
  ],
]

/**
 * The libraries of its modules. Later releases have other versions of some (OpenSSL 3 for 1.1), and may lack others.
 * Each needs only the C library, another library of its own package, or (libreadline) symbols that libtinfo has had
 * since 1999. libncursesw is missing: it needs the libtinfo of its own release, and hosts have different ones, so the
 * module curses uses the host's libncursesw where there is one.
 */
export const LIBRARY_PACKAGES: readonly PinnedPackage[] = [
  [
    'debian/pool/main/b/bzip2/libbz2-1.0_1.0.8-4_amd64.deb',
    '16e27c3ebd97981e70db3733f899963362748f178a62644df69d1f247e741379',
  ],
  [
    'debian/pool/main/d/db5.3/libdb5.3_5.3.28+dfsg1-0.8_amd64.deb',
    '00b9e63e287f45300d4a4f59b6b88e25918443c932ae3e5845d5761ae193c530',
  ],
  [
    'debian-security/pool/updates/main/e/expat/libexpat1_2.2.10-2+deb11u7_amd64.deb',
    '2222da786f50af548dbd4080aaa72c91d79dd29911d76e077a0a2ceaf08a057d',
  ],
  [
    'debian/pool/main/libf/libffi/libffi7_3.3-6_amd64.deb',
    '30ca89bfddae5fa6e0a2a044f22b6e50cd17c4bc6bc850c579819aeab7101f0f',
  ],
  [
    'debian/pool/main/r/readline/libreadline8_8.1-1_amd64.deb',
    '162ba9fdcde81b5502953ed4d84b24e8ad4e380bbd02990ab1a0e3edffca3c22',
  ],
  [
    'debian-security/pool/updates/main/s/sqlite3/libsqlite3-0_3.34.1-3+deb11u1_amd64.deb',
    'a61ad6c12ec96c443d99b9b05a529025916bfe83bda6ded7f654907d6b501a46',
  ],
  [
    'debian-security/pool/updates/main/o/openssl/libssl1.1_1.1.1w-0+deb11u8_amd64.deb',
    'dcc68a543de6cb955a57077b66dcdb15f61d1e31e072f2c6cc4082c37da1b00d',
  ],
]
