using ModelScan.RoutingApi.Conversations;

namespace ModelScan.Tests.Conversations;

public sealed class RequestFactsTests
{
    [Fact]
    public void Messages_AskedForTwice_AreReadOnce()
    {
        var reads = 0;
        var facts = new RequestFacts("m", () =>
        {
            reads++;
            return new RequestFacts("other", [new ConversationMessage(ConversationRole.User, "hi")], ["tool"]);
        });
        Assert.Equal(("hi", "tool", 1), (facts.Messages[0].Text, facts.ToolNames[0], facts.Messages.Count));
        Assert.Equal(1, reads);
    }

    [Fact]
    public void Model_OfARequestThatCannotBeRead_IsKnownAllTheSame()
    {
        var facts = new RequestFacts("m", () => throw new InvalidDataException());
        Assert.Equal("n", (facts with { Model = "n" }).Model);
        Assert.Throws<InvalidDataException>(() => facts.ToolNames);
    }
}
