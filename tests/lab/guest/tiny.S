# tiny.S: a guest of one boot sector that needs no kernel: it dirties memory at a steady rate.
# SPDX-License-Identifier: Apache-2.0
#
# At each timer tick (18.2 a second) it increments a word in each of `rate` pages, going round all
# memory above 1 MiB: rate * 18.2 * 4 KiB are dirtied in a second (64: 4.5 MiB/s). Between ticks it
# halts, so an idle guest costs nearly nothing. Once a second a line goes to COM1:
#	up 00000005 rate 00000040
# Keys on COM1: + doubles the rate, - halves it, 0 stops, q powers off. It also obeys the ACPI power
# button. It wants a PIIX4 machine (QEMU's "pc"): the power management ports are at 0x600.
# Real mode, with %fs stretched to 4 GiB.

	.set	COM1, 0x3f8
	.set	COM1_LSR, 0x3fd
	.set	PM1_STS, 0x600		# bit 8: the power button was pressed
	.set	PM1_EN, 0x602
	.set	PM1_CNT, 0x604		# 0x2000: soft off
	.set	LOW, 0x100000		# memory below is not touched

	.code16
	.globl	_start
_start:
	cli
	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7000, %sp
	ljmp	$0, $size

	# The BIOS says how much there is: %ax KiB from 1 to 16 MiB, %bx times 64 KiB above.
size:
	movw	$0xe801, %ax
	int	$0x15
	movzwl	%ax, %eax
	shll	$10, %eax
	addl	$LOW, %eax
	movzwl	%bx, %ebx
	testl	%ebx, %ebx
	jz	1f
	shll	$16, %ebx
	leal	0x1000000(%ebx), %eax
1:	movl	%eax, top

	# Into protected mode and out again: %fs keeps its limit of 4 GiB.
	cli
	lgdt	gdtr
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	movw	$8, %bx
	movw	%bx, %fs
	andb	$0xfe, %al
	movl	%eax, %cr0

	# Only the timer interrupts, and it does nothing but end the halt.
	movw	$tick, 8 * 4
	movw	$0, 8 * 4 + 2
	movb	$0xff, %al
	outb	%al, $0xa1
	movb	$0xfe, %al
	outb	%al, $0x21
	movw	$PM1_EN, %dx
	movw	$0x100, %ax
	outw	%ax, %dx
	movl	$LOW, %edi
	sti

loop:
	hlt
	movw	$PM1_STS, %dx
	inw	%dx, %ax
	testb	$1, %ah
	jnz	off
	movl	rate, %ecx
	movw	$COM1_LSR, %dx
	inb	%dx, %al
	testb	$1, %al
	jz	dirty
	movb	$(COM1 & 0xff), %dl
	inb	%dx, %al
	cmpb	$'q', %al
	je	off
	cmpb	$'+', %al
	jne	1f
	shll	$1, %ecx
	jnz	1f
	incl	%ecx
1:	cmpb	$'-', %al
	jne	2f
	shrl	$1, %ecx
2:	cmpb	$'0', %al
	jne	3f
	xorl	%ecx, %ecx
3:	movl	%ecx, rate

dirty:
	jecxz	beat
1:	incl	%fs:(%edi)
	addl	$4096, %edi
	cmpl	top, %edi
	jb	2f
	movl	$LOW, %edi
2:	decl	%ecx
	jnz	1b

beat:
	decb	ticks
	jnz	loop
	movb	$18, ticks
	incl	seconds
	movw	$text_up, %si
	movl	seconds, %ebx
	call	print
	movl	rate, %ebx
	call	print
	call	puts
	jmp	loop

off:
	movw	$PM1_CNT, %dx
	movw	$0x2000, %ax
	outw	%ax, %dx
1:	hlt
	jmp	1b

	# print: the text at %si, then %ebx in hexadecimal; %si is left at the next text.
print:
	call	puts
	movw	$8, %bp
1:	roll	$4, %ebx
	movb	%bl, %al
	andb	$15, %al
	addb	$'0', %al
	cmpb	$'9', %al
	jbe	2f
	addb	$('a' - '9' - 1), %al
2:	call	putc
	decw	%bp
	jnz	1b
	ret

puts:
	lodsb
	testb	%al, %al
	jz	1f
	call	putc
	jmp	puts
putc:
	movw	$COM1, %dx
	outb	%al, %dx
1:	ret

tick:
	pushw	%ax
	movb	$0x20, %al
	outb	%al, $0x20
	popw	%ax
	iret

	.balign	4
gdt:	.quad	0
	.quad	0x00cf92000000ffff	# data, base 0, 4 GiB
gdtr:	.word	gdtr - gdt - 1
	.long	gdt
top:	.long	0
seconds: .long	0
ticks:	.byte	18
text_up: .asciz	"up "
	.asciz	" rate "
	.asciz	"\r\n"

	.org	506
rate:	.long	RATE
	.org	510
	.word	0xaa55
