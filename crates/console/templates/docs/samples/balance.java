// com.stripe:stripe-java
import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Balance;

public class Main {
    public static void main(String[] args) throws StripeException {
        StripeClient client = StripeClient.builder()
            .setApiKey("{{key}}")
            .setApiBase("{{url}}")
            .build();

        Balance balance = client.v1().balance().retrieve();
        System.out.println(balance);
    }
}
