package io.anabranch.replica.query;

import java.util.List;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.CCJSqlParserTokenManager;
import net.sf.jsqlparser.parser.SimpleCharStream;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.parser.Token;

/** Gives the parser tokens that were read and checked before. */
final class TokenReplay extends CCJSqlParserTokenManager {

    private final List<Token> tokens;
    private int next;

    /** Of tokens whose last is the end. */
    TokenReplay(List<Token> tokens) {
        super(new SimpleCharStream(new StringProvider("")));
        this.tokens = tokens;
    }

    @Override
    public Token getNextToken() {
        // The parser links the tokens it takes into a list, so none may be given twice.
        return next < tokens.size() ? tokens.get(next++) : Token.newToken(CCJSqlParserConstants.EOF, "");
    }
}
