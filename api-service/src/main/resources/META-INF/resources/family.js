// Which models differ in size alone, as their names tell: facebook/opt-125m and facebook/opt-1.3b do.

const SIZE = /[-_.]?(?<![a-z\d])\d+(\.\d+)?[kmbt](?![a-z\d])/gi;
const SIZE_IN_WORDS = /[-_](tiny|mini|small|medium|base|large|xl|xxl)(?![a-z\d])/gi;

export function familyOf(name) {
  return name.replace(SIZE, "").replace(SIZE_IN_WORDS, "");
}

// [{name, members}], families in the order of their first members. Models without relatives are one group without a name.
export function families(models) {
  const groups = Map.groupBy(models, ({ name }) => familyOf(name));
  const named = [...groups].filter(([, members]) => members.length > 1).map(([name, members]) => ({ name, members }));
  const others = [...groups.values()].filter(members => members.length === 1).flat();
  return others.length ? [...named, { name: null, members: others }] : named;
}
