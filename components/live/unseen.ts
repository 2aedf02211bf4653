/** How much changed while nobody looked, before the page's title, where tabs show it. */

const MARK = /^\(\d+\) /;

export function tellUnseen(groups: number): void {
  const plain = document.title.replace(MARK, "");
  const title = groups === 0 ? plain : `(${groups}) ${plain}`;
  if (document.title !== title) document.title = title;
}
