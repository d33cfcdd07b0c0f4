using System.Text;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.Tests.Decisions.RouterModels;

public sealed class RouterModelErrorTests
{
    public static TheoryData<string, string, string> Vectors => new()
    {
        {
            "D17",
            """{"error": {"message": "prompt too long", "type": "BadRequestError", "param": "input_tokens", "code": 400}}""",
            "prompt too long (param=input_tokens) [type=BadRequestError]"
        },
        { "D18", """{"error": {"message": "prompt too long"}}""", "prompt too long" },
        { "null members", """{"error": {"message": "no", "type": null, "param": null}}""", "no" },
        { "D19", "<html><body>502 Bad Gateway</body></html>", "<html><body>502 Bad Gateway</body></html>" },
        { "D20", new string('x', 1536), new string('x', 512) },
        { "cut between characters", new string('x', 511) + "é", new string('x', 511) },
        { "long message", $$$"""{"error": {"message": "{{{new string('x', 1536)}}}"}}""", new string('x', 512) },
        { "inner object alone", """{"object": "error", "message": "no such model", "type": "NotFoundError"}""", "no such model [type=NotFoundError]" },
        { "plain string", """{"error": "model not found"}""", "model not found" },
        { "other JSON", """{"detail": "Not Found"}""", """{"detail": "Not Found"}""" },
        { "list", "[]", "[]" },
        { "lone surrogate", """{"error": "\ud800"}""", """{"error": "\ud800"}""" },
        { "empty", "", "" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Describe_Body_GivesTheSentenceForPeople(string id, string body, string expected)
    {
        var message = RouterModelError.Describe(Encoding.UTF8.GetBytes(body));

        Assert.True(expected == message, $"{id}: {message}");
    }
}
