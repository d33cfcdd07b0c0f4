using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Sessions;
using static ModelScan.Tests.Decisions.Sessions.Conversations;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class UserTurnTests
{
    private const string Reminder = "<system-reminder>be brief</system-reminder>";
    private static readonly ConversationMessage[] Earlier = [Instructions("s"), User("do it"), Assistant("calling"), Tool("result"), Assistant("calling again")];

    public static TheoryData<string, string, bool> LastUserTexts => new()
    {
        { "F49", "now this", true },
        { "F51", "thanks, next", true },
        { "F56", "", false },
        { "F56 blanks", " \n\t\u00A0", false },
        { "F59", Reminder, false },
        { "F61", Reminder + " \n" + Reminder, false },
        { "F63", Reminder + "\nreal words", true },
        { "F63 before", "real words " + Reminder, true },
        { "F64", "\n" + Reminder + "\n", false },
        { "hook", "<user-prompt-submit-hook>ok</user-prompt-submit-hook>" + Reminder, false },
        { "never closed", "<system-reminder>words without an end", false },
        { "never closed after words", "words <system-reminder>", true },
        { "other tag", "<b></b>", true },
        { "closing tag alone", "</system-reminder>", true },
        { "nested", "<system-reminder><system-reminder></system-reminder>", false },
    };

    [Theory]
    [MemberData(nameof(LastUserTexts))]
    public void IsUserTurn_LastMessageIsOfTheUser_NeedsTextOfTheirOwn(string id, string text, bool expected)
        => Assert.Equal((id, expected), (id, UserTurn.IsUserTurn([.. Earlier, Tool("tool result"), User(text)])));

    [Theory]
    [InlineData("F48")]
    [InlineData("F52")]
    [InlineData("F53")]
    public void IsUserTurn_LastMessageIsAToolsResult_IsFalse(string id)
        => Assert.False(UserTurn.IsUserTurn([.. Earlier, Tool("42")]), id);

    [Fact] // F54
    public void IsUserTurn_PlainUserOrNothing_TellsThemApart()
    {
        Assert.True(UserTurn.IsUserTurn([User("hello")]));
        Assert.False(UserTurn.IsUserTurn([]));
    }

    [Fact] // F58
    public void IsUserTurn_ImageWithoutText_IsTrue()
        => Assert.True(UserTurn.IsUserTurn([.. Earlier, new ConversationMessage(ConversationRole.User, "", HasOtherContent: true)]));

    [Fact]
    public void IsUserTurn_SystemMessageAtTheEnd_IsPassedOver()
    {
        Assert.True(UserTurn.IsUserTurn([.. Earlier, User("go on"), Instructions("stay on task")]));
        Assert.False(UserTurn.IsUserTurn([.. Earlier, Tool("42"), Instructions("stay on task")]));
        Assert.False(UserTurn.IsUserTurn([Instructions("s")]));
    }

    [Fact]
    public void IsUserTurn_MegabytesOfReminders_AreReadInOnePass()
    {
        var text = string.Concat(Enumerable.Repeat(Reminder, 100_000));

        Assert.False(UserTurn.IsUserTurn([User(text)]));
        Assert.True(UserTurn.IsUserTurn([User(text + "x")]));
    }
}
