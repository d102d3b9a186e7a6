/** Takes one item out of a list. @throws RangeError when it is not there */
export function removeFrom<Item>(items: Item[], item: Item): void {
  const place = items.indexOf(item);
  if (place < 0) throw new RangeError('it is not there to be removed');
  items.splice(place, 1);
}
