export const release = `lazy ${__RELEASE__}`;
