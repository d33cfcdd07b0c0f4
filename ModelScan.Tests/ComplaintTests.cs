using System.Reflection;

namespace ModelScan.Tests;

/// <summary>
/// What users of gateways complain about, numbered as in the collection of such complaints that the project keeps. A test that shows that
/// something of the kind does not happen here carries the number: <c>[Trait("Complaint", "9")]</c>; <c>dotnet test --filter
/// Complaint=9</c> runs them.
/// </summary>
public sealed class ComplaintTests
{
    /// <summary>Number and gist.</summary>
    public static TheoryData<string, string> All => new()
    {
        { "5", "the client leaves, and the provider goes on generating" },
        { "6", "no other model is asked although nothing of an answer has been sent" },
        { "7", "proxies on the way cut a stream that is silent while the model thinks" },
        { "8", "a provider that falls silent hangs the request" },
        { "9", "characters or events that are split across reads are spoilt" },
        { "10", "an error within a stream is missing or not of the client's format" },
        { "11", "tool calls in streams are translated wrongly" },
        { "12", "parallel tool calls run into one another" },
        { "13", "thoughts and their signatures are lost, and the next turn is refused" },
        { "14", "Gemini's signatures are lost in translation" },
        { "15", "tools are refused for keywords in their schemas that Gemini does not know" },
        { "16", "marks of the prompt cache are lost, or what is cached is never read" },
        { "17", "costs are wrong where tokens were cached, and unknown prices count as zero" },
        { "18", "streams have no usage" },
        { "21", "coding clients do not find the models in the list" },
        { "22", "beta headers and unknown fields are refused or taken out" },
        { "23", "what a provider of Responses remembers is asked of another one" },
        { "24", "files and images vanish without a word" },
        { "25", "Retry-After is ignored" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Complaint_OfTheCollection_HasTests(string number, string gist)
    {
        var tests = typeof(ComplaintTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Cast<MemberInfo>().Append(type))
            .Where(member => member.GetCustomAttributesData().Any(IsAbout));
        Assert.True(tests.Any(), $"No test is about this: {gist}");

        bool IsAbout(CustomAttributeData attribute) => attribute.AttributeType == typeof(TraitAttribute)
            && (string?)attribute.ConstructorArguments[0].Value == "Complaint" && (string?)attribute.ConstructorArguments[1].Value == number;
    }
}
