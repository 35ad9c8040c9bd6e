/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that travel inside the program, as strings, see embed.h.
 */
	.section .rodata

	.global	client_embed_tsdl
client_embed_tsdl:
	.incbin	"capture/kwatch.tsdl"
	.byte	0

	.global	client_embed_html
client_embed_html:
	.incbin	"report/report.html"
	.byte	0

	.section .note.GNU-stack, "", %progbits
