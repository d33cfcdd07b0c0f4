using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Telemetry;

public sealed class PlainTextTests
{
    [Fact]
    public void Of_TextThatDoesNothing_IsTheSame()
    {
        const string Text = "openai/gpt-4o gave no answer: été, 日本語 😀";
        Assert.Same(Text, PlainText.Of(Text));
    }

    [Theory]
    [InlineData("a\r\nb", "a\\r\\nb")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("a\u2028b\u202ec\u2066", "a\\u2028b\\u202ec\\u2066")]
    [InlineData("\0\t\u007f", "\\u0000\\t\\u007f")]
    public void Of_WhatActsOnATerminal_IsShownAsWhatItIs(string text, string expected) => Assert.Equal(expected, PlainText.Of(text));

    [Fact]
    public void Of_Exception_ItsMessagesAreInPlainTextAndItsFramesStay()
    {
        Exception thrown;
        try
        {
            throw new InvalidOperationException("outer\n   at forged", new IOException("inner\u001b[2J"));
        }
        catch (InvalidOperationException exception)
        {
            thrown = exception;
        }

        var text = PlainText.Of(thrown);

        Assert.Contains("System.InvalidOperationException: outer\\n   at forged\n   at ", text, StringComparison.Ordinal);
        Assert.Contains("\n ---> System.IO.IOException: inner\\u001b[2J", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }
}
