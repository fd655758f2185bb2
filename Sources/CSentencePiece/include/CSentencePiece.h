int csp_placeholder(void);
