export default function NotFound() {
  return <main><h1>nothing here, says {__RELEASE__}</h1></main>;
}
