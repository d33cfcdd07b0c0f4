using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Telemetry;

public sealed class RequestLineTests
{
    private static readonly RequestLine Line = new(200, "policy", "code", "embedded", "openai/gpt-4o", "openai", 1, 1000, 20, 0.0031, 12.5, 80, "r1");

    [Fact]
    public void ToString_IsOneLineWithEveryField() => Assert.Equal(
        "200 policy route code (embedded) model openai/gpt-4o provider openai attempts 1 tokens 1000/20 cost 0.0031 USD first byte 12.5 ms total 80 ms request r1", Line.ToString());

    [Fact]
    public void ToString_WhatIsNotKnown_IsSaidSo() => Assert.EndsWith(
        "tokens unknown/unknown cost unknown USD first byte unknown ms total 80 ms request r1",
        (Line with { InputTokens = null, OutputTokens = null, CostUsd = null, FirstByteMs = null }).ToString(), StringComparison.Ordinal);

    [Fact]
    public void ToString_ControlCharactersInANameOfTheClients_StartNoLineAndNoEscapeSequence()
    {
        var text = (Line with { Model = "a\r\n200 forged\u001b[31m\u007f\u009b2J" }).ToString();

        Assert.Contains("model a..200 forged.[31m...2J provider", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, char.IsControl);
    }

    [Fact]
    public void ToString_NameLongerThanTheUsualPlace_IsWhole() => Assert.Contains(new string('m', 5000), (Line with { Model = new string('m', 5000) }).ToString(), StringComparison.Ordinal);

    [Fact]
    public void State_HasEveryFieldUnderItsName()
    {
        var state = Line.ToDictionary(pair => pair.Key, pair => pair.Value);

        Assert.Equal(14, state.Count);
        Assert.Equal((200, "code", 20L, 0.0031), ((int)state["Status"]!, (string)state["Route"]!, (long)state["OutputTokens"]!, (double)state["CostUsd"]!));
        Assert.Equal(13, state["{OriginalFormat}"]!.ToString()!.Count(character => character == '{'));
    }
}
