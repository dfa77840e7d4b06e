/** What the parts of this component call each other's things. */

export const COMPONENT = 'users'

/** Members may do anything by sudo; the name is edX's. */
export const ADMIN_GROUP = 'edxadmin'

export const SUDOERS_DIR = '/etc/sudoers.d'
export const ADMIN_RULES = `${SUDOERS_DIR}/${ADMIN_GROUP}`

/** Rules of one person each: this is how they are known again, also when cluster.yml has forgotten the person. */
export const RULES_PREFIX = 'howdah-user-'
export const rulesPath = (name: string): string => `${SUDOERS_DIR}/${RULES_PREFIX}${name}`

export const homeOf = (name: string): string => `/home/${name}`

export const RESTRICTED_SHELL = '/bin/rbash'
export const SHELL = '/bin/bash'

/** Tools of administration lie where a login of sudo may not look. */
export const SBIN = 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin'

/** Checks a file of sudoers, without a word when it is well; `{}` is its path. */
export const VISUDO = `env "${SBIN}" visudo -cqf {}`

/**
 * `howdah_as NAME`: runs the script on its stdin as that person. What root writes in a home that is somebody
 * else's, that somebody could lead elsewhere by a link; so nothing of root is written there.
 */
export const AS_PERSON = `
howdah_as() {
  setpriv --reuid "$(id -u "$1")" --regid "$(id -g "$1")" --init-groups -- \\
    env -i PATH=/usr/bin:/bin LC_ALL=C sh -c 'cd /; eval "$(cat)"'
}
`.trim()
