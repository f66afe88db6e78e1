// In which order the operations of a document are tried, here and in tests/browser/: the document's. Only what removes waits
// until all else of the document has been: each DELETE, and whatever has nothing to say but 204. It comes backwards then, so
// that what was made last is removed first. What merely ends something (close, revoke) stands in the document behind what
// needs it.

import { operationsOf } from '../../src/dialect/pages/documents/page/links.mjs'

const successesOf = ({ node }) => Object.keys(node.responses).filter(status => status.startsWith('2'))
const isRemoval = operation => operation.method === 'delete' || successesOf(operation).join() === '204'

export function operationsInOrder (document) {
  const operations = operationsOf(document)
  return [...operations.filter(it => !isRemoval(it)), ...operations.filter(isRemoval).reverse()]
}
