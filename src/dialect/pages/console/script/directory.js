// The names of all resellers within reach, asked for once and again when one has changed.

import { getAll, get, Refusal } from './api.js'

let loading = null

export const directory = {
  all () {
    loading ??= getAll('/resellers', 'resellers', {}, 5000)
      .then(({ all }) => new Map(all.map(it => [it.id, it])))
      .catch(error => {
        loading = null
        throw error
      })
    return loading
  },
  forget () {
    loading = null
  },

  // Of more than are kept: asked for alone. Null: out of reach.
  async find (id) {
    const found = (await this.all()).get(id)
    if (found) return found
    try {
      return await get(`/resellers/${id}`)
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null
      throw error
    }
  }
}
