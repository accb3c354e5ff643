export const release = `cart ${__RELEASE__}`;
