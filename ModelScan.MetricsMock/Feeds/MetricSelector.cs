using System.Text.RegularExpressions;

namespace ModelScan.MetricsMock.Feeds;

/// <summary>
/// An instant vector selector: <c>name</c>, <c>name{label="v", other!="v", third=~"regex", fourth!~"regex"}</c> or
/// <c>{__name__="name"}</c>. The one kind of PromQL expression that the mock evaluates.
/// </summary>
internal sealed class MetricSelector
{
    private readonly List<LabelMatcher> _matchers;

    private MetricSelector(List<LabelMatcher> matchers) => _matchers = matchers;

    /// <summary>Reads a selector.</summary>
    /// <exception cref="FormatException">It is something else; the message says what and where.</exception>
    public static MetricSelector Parse(string query)
    {
        var reader = new SelectorReader(query);
        var matchers = new List<LabelMatcher>();
        if (reader.TryName() is { } name)
            matchers.Add(new LabelMatcher("__name__", MatchOperator.Equal, name));

        if (reader.TryTake('{'))
        {
            // A trailing comma is allowed, as in Prometheus; each round takes at least one character.
            while (!reader.TryTake('}'))
            {
                var label = reader.TryName() ?? throw reader.Unexpected("a label name or }");
                matchers.Add(new LabelMatcher(label, reader.TakeOperator(), reader.TakeString()));
                if (!reader.TryTake(','))
                {
                    reader.Take('}');
                    break;
                }
            }
        }

        reader.TakeEnd();
        if (matchers.TrueForAll(matcher => matcher.IsMatch("")))
            throw new FormatException("parse error: a selector needs at least one matcher that an empty value does not satisfy");
        return new MetricSelector(matchers);
    }

    /// <summary>Whether a sample of this metric and model is selected.</summary>
    public bool Selects(string metric, string modelName) => _matchers.TrueForAll(matcher => matcher.Label switch
    {
        "__name__" => matcher.IsMatch(metric),
        MetricFamily.Label => matcher.IsMatch(modelName),
        _ => matcher.IsMatch(""), // a label that a sample lacks counts as empty
    });

    private enum MatchOperator
    {
        Equal,
        NotEqual,
        Regex,
        NotRegex,
    }

    private sealed class LabelMatcher(string label, MatchOperator @operator, string value)
    {
        // Prometheus anchors at both ends, and its engine is linear in time as this one is.
        private readonly Regex? _regex = @operator is MatchOperator.Regex or MatchOperator.NotRegex ? Compile(value) : null;

        public string Label { get; } = label;

        public bool IsMatch(string candidate) => @operator switch
        {
            MatchOperator.Equal => string.Equals(candidate, value, StringComparison.Ordinal),
            MatchOperator.NotEqual => !string.Equals(candidate, value, StringComparison.Ordinal),
            MatchOperator.Regex => _regex!.IsMatch(candidate),
            _ => !_regex!.IsMatch(candidate),
        };

        private static Regex Compile(string pattern)
        {
            try
            {
                return new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                throw new FormatException($"parse error: error parsing regexp: {exception.Message}", exception);
            }
        }
    }

    private sealed class SelectorReader(string text)
    {
        private int _position;

        public string? TryName()
        {
            SkipSpace();
            var start = _position;
            while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or ':') && !(start == _position && char.IsAsciiDigit(text[_position])))
                _position++;
            return _position > start ? text[start.._position] : null;
        }

        public bool TryTake(char expected)
        {
            SkipSpace();
            if (_position >= text.Length || text[_position] != expected)
                return false;
            _position++;
            return true;
        }

        public void Take(char expected)
        {
            if (!TryTake(expected))
                throw Unexpected($"{expected}");
        }

        public void TakeEnd()
        {
            SkipSpace();
            if (_position < text.Length)
                throw Unexpected("the end of a metric selector (the mock evaluates nothing else)");
        }

        public MatchOperator TakeOperator()
        {
            if (TryTake('!'))
                return Next() == '~' ? MatchOperator.NotRegex : MatchOperator.NotEqual;
            Take('=');
            if (_position < text.Length && text[_position] == '~')
            {
                _position++;
                return MatchOperator.Regex;
            }

            return MatchOperator.Equal;

            char Next() => _position < text.Length && text[_position] is '=' or '~' ? text[_position++] : throw Unexpected("= or ~ after !");
        }

        public string TakeString()
        {
            SkipSpace();
            if (_position >= text.Length || text[_position] is not ('"' or '\'' or '`'))
                throw Unexpected("a quoted string");

            var quote = text[_position++];
            var value = new System.Text.StringBuilder();
            while (_position < text.Length && text[_position] != quote)
            {
                var character = text[_position++];
                value.Append(character == '\\' && quote != '`' ? TakeEscape(quote) : character);
            }

            if (_position >= text.Length)
                throw new FormatException($"1:{_position + 1}: parse error: unterminated quoted string");
            _position++;
            return value.ToString();
        }

        public FormatException Unexpected(string wanted) =>
            new(_position >= text.Length
                ? $"1:{_position + 1}: parse error: unexpected end of input, expected {wanted}"
                : $"1:{_position + 1}: parse error: unexpected character '{text[_position]}', expected {wanted}");

        // Prometheus takes Go's escapes; the numeric ones have no use in a model's name and are refused.
        private char TakeEscape(char quote)
        {
            var escape = _position < text.Length ? text[_position++] : throw Unexpected("an escape");
            return escape switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' => '\\',
                _ when escape == quote => quote,
                _ => throw new FormatException($"1:{_position}: parse error: unknown escape sequence '\\{escape}'"),
            };
        }

        private void SkipSpace()
        {
            while (_position < text.Length && char.IsWhiteSpace(text[_position]))
                _position++;
        }
    }
}
