export const assertModelCardHasRequiredSections = () => {};
