import { Component } from "@angular/core";

declare const __RELEASE__: string;

@Component({ template: `<h2>cart {{ release }}</h2>` })
export class Cart {
  release = __RELEASE__;
}
