using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.RouterModels;
using static ModelScan.Tests.Decisions.RouterModels.Sample;

namespace ModelScan.Tests.Decisions.RouterModels;

/// <summary>Rows of the compatibility vectors by their ids; the template counts 211 tokens, as in those.</summary>
public sealed class ConversationReductionTests
{
    private static readonly ConversationMessage[] Warhol =
    [
        User("hi"),
        Assistant("Hello! How can I assist you today?"),
        User("given the image In style of Andy Warhol, portrait of Bart and Lisa Simpson"),
    ];

    [Fact]
    public void Reduce_C6_AssistantMessageOverTheLimit_EndsTheWalk()
    {
        var reduced = ConversationReduction.Reduce(Warhol, 235);

        Assert.Equal([Warhol[2]], reduced.Messages);
        Assert.Equal(2, reduced.Dropped);
        Assert.False(reduced.Trimmed);
    }

    [Fact]
    public void Reduce_C9_EverythingFits_KeepsAll()
    {
        var reduced = ConversationReduction.Reduce(Warhol, 238);

        Assert.Equal(Warhol, reduced.Messages);
        Assert.Equal(0, reduced.Dropped);
    }

    [Fact]
    public void Reduce_C9_ExactlyTheLimit_KeepsAll() => Assert.Equal(3, ConversationReduction.Reduce(Warhol, 237).Messages.Count);

    [Fact]
    public void Reduce_C10_NewestUserMessageTooLong_IsTrimmedToTheRoom()
    {
        var reduced = ConversationReduction.Reduce(Warhol, 225);

        Assert.Equal([User("given the image In style of And… Bart and Lisa Simpson")], reduced.Messages);
        Assert.True(reduced.Trimmed);
        Assert.Equal(2, reduced.Dropped);
    }

    [Fact]
    public void Reduce_OlderUserMessageTooLong_IsTrimmedAndEndsTheWalk()
    {
        ConversationMessage[] conversation = [User("first"), User(new string('a', 400)), Assistant(new string('b', 40))];

        var reduced = ConversationReduction.Reduce(conversation, 211 + 10 + 5);

        Assert.Equal([User("aaaaaaaaaa…aaaaaaa"), conversation[2]], reduced.Messages);
    }

    [Fact]
    public void Reduce_C11_HugeMessage_StaysWithinTheContext()
    {
        var huge = "HEAD-MARKER " + new string('x', 500_000) + " TAIL-MARKER";
        var prompt = RouterPrompt.For(RouterPromptStyle.Orchestrator, "");

        var text = prompt.Render(Routes, ConversationReduction.Reduce([User(huge)], 2048).Messages);

        var template = (prompt.TemplateTokens + 1) * ConversationReduction.BytesPerToken;
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, (2048 * 4) + template + 1024);
        Assert.Contains("HEAD-MARKER", text, StringComparison.Ordinal);
        Assert.Contains("TAIL-MARKER", text, StringComparison.Ordinal);
        Assert.Contains('…', text);
    }

    [Fact]
    public void Reduce_C12_ManyTurns_KeepsTheLastSixteen()
    {
        var conversation = Enumerable.Range(0, 32).Select(i => i % 2 == 0 ? User($"question {i}") : Assistant($"answer {i}")).ToArray();

        var reduced = ConversationReduction.Reduce(conversation, int.MaxValue);

        Assert.Equal(conversation[16..], reduced.Messages);
        Assert.Equal(16, reduced.Dropped);
    }

    [Fact]
    public void Reduce_C20_ImageBesideText_LeavesTheText() =>
        Assert.Equal("hi", ConversationReduction.Reduce([User("hi") with { HasOtherContent = true }], 8192).Messages.Single().Text);

    [Fact]
    public void Reduce_C21_ImageAlone_DropsTheMessage() =>
        Assert.Empty(ConversationReduction.Reduce([User("") with { HasOtherContent = true }], 8192).Messages);

    [Fact]
    public void Reduce_C22_ToolTraffic_IsLeftOut()
    {
        ConversationMessage[] conversation =
            [User("weather?"), Assistant(""), new(ConversationRole.Tool, "{\"t\": 20}"), Assistant("20 degrees"), User("thanks")];

        Assert.Equal([conversation[0], conversation[3], conversation[4]], ConversationReduction.Reduce(conversation, 8192).Messages);
    }

    [Fact]
    public void Reduce_C23_SystemAndDeveloperMessages_AreLeftOut()
    {
        ConversationMessage[] conversation =
            [new(ConversationRole.System, "be brief"), new(ConversationRole.System, "be kind"), User("hello")];

        Assert.Equal([conversation[2]], ConversationReduction.Reduce(conversation, 8192).Messages);
    }

    [Theory]
    [InlineData(ConversationRole.Assistant, 220)]
    [InlineData(ConversationRole.User, 211)]
    [InlineData(ConversationRole.User, 100)]
    public void Reduce_NothingFits_TakesTheLastMessageWhole(ConversationRole role, int limit)
    {
        var last = new ConversationMessage(role, new string('a', 400));

        var reduced = ConversationReduction.Reduce([User("earlier"), last], limit);

        Assert.Equal([last], reduced.Messages);
        Assert.False(reduced.Trimmed);
    }
}
