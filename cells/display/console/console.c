#include <display/console.h>
#include <device/serial_port.h>
#include <cpu/processor.h>
void console_write(const char *text, size_t length) {for(size_t i=0;i<length;i++){ if(text[i]=='\n') serial_write(SERIAL_COM1,"\r",1); serial_write(SERIAL_COM1,text+i,1);}}
int console_poll(void) {return serial_read(SERIAL_COM1);}
int console_read(void) {int c; while((c=console_poll())<0) processor_pause(); return c;}
